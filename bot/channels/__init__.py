"""Doors and ways out: each channel turns its own traffic into `Incoming` and sends `Reply`. None knows a coin."""
