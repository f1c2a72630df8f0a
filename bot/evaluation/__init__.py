"""Measuring what is understood: the model in its own environment, values and alarms by the very code of the desk."""
