"""How a task says: not yet."""


class Again(Exception):
    """Come back to this task in so many seconds; counts as an attempt."""

    def __init__(self, seconds: float, why: str) -> None:
        super().__init__(why)
        self.seconds = seconds
