"""Our own parts of the Rasa graph: text in, an intent and a decision (act, ask or refuse) out."""
