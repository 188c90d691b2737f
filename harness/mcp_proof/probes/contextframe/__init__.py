"""ContextFrame: searches, documents, and streams of events."""
