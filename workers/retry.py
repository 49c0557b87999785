"""How a task says: not yet."""


class Retry(Exception):
    """Come back to this task in so many seconds.

    `growing`: each wait is so many times the one before, for what may be away for long. `counts`:
    it was an attempt; not where others in the house are waited for, who end by themselves.
    """

    def __init__(
        self, seconds: float, why: str, *, growing: float = 1, counts: bool = True
    ) -> None:
        super().__init__(why)
        self._seconds, self._growing, self.counts = seconds, growing, counts

    def seconds(self, attempts: int) -> float:
        """How long to wait after so many attempts."""
        return self._seconds * self._growing ** (attempts - 1)
