"""`/healthz` (the process lives), `/readyz` (it can do its work), `/metrics` (Prometheus)."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.metrics import Metrics
from bot.rasa_client import RasaClient


def health_router(engine: Engine, rasa: RasaClient | None, metrics: Metrics) -> APIRouter:
    """Ready means: the database answers. Rasa away is said but does not make the desk unready: it works without."""
    router = APIRouter()

    @router.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        database = await to_thread.run_sync(_database_answers, engine)
        understanding = rasa is not None and await rasa.ready()
        body = {"database": database, "understanding": understanding}
        return JSONResponse(body, 200 if database else 503)

    @router.get("/metrics", include_in_schema=False)
    async def show_metrics() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router


def _database_answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
