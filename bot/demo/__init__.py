"""The sample community and what the demo needs beside the desk itself."""
