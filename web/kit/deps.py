"""What a route may ask for: the request's own session with the database."""

from typing import Annotated

from fastapi import Depends, Path
from sqlalchemy.orm import Session

from store.database import request_session

Db = Annotated[Session, Depends(request_session, scope="function")]
"""One transaction for the whole request, committed before the answer leaves."""
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
"""Of a row, as a part of an address; none has another."""
