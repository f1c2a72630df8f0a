"""What the dialogue may do: thin actions, each from slots to one use case to words."""
