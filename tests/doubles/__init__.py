"""Stand-ins for WeChat and Telegram, written here because none of the published ones plays quotas, windows, the
retries after 5 s or flood control. Each is an ASGI app with a clock that the test drives."""
