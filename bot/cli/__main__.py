"""`python -m bot.cli`: the same as `timebank`."""

from bot.cli import main

main()
