"""How a task says: not yet."""


class Retry(Exception):
    """Come back to this task in so many seconds; counts as an attempt.

    `growing`: each wait is so many times the one before, for what may be away for long.
    """

    def __init__(self, seconds: float, why: str, *, growing: float = 1) -> None:
        super().__init__(why)
        self._seconds, self._growing = seconds, growing

    def seconds(self, attempts: int) -> float:
        """How long to wait after so many attempts."""
        return self._seconds * self._growing ** (attempts - 1)
