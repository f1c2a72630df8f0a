"""The parts of the time resolver; `bot.understanding.times` is its front."""
