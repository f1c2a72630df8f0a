"""What can be done with the bank: one file a topic, one function a deed (see README.md beside this)."""
