"""Reads a message a line, prints Rasa's parse of each as a JSON object a line, in order, as they come.

`uv run --project nlu python nlu/parse_lines.py --model var/models < lines.txt`
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from model_parser import Parser


def main() -> None:
    """One model load, then as fast as the lines come; ends with the input."""
    options = argparse.ArgumentParser(description="Parse the lines of standard input")
    options.add_argument("--model", type=Path, default=Path("var/models"))
    parse = Parser(options.parse_args().model)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(parse(line.rstrip("\r\n")), ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
