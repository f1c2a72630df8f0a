"""The pages: web chat in large type, the demo with three people side by side, the staff desk and its API."""
