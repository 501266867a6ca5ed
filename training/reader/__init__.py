"""How the reader of the chat was trained."""
