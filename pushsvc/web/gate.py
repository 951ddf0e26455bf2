"""Who may see a page: the citizen whose page it is, or an account with the right role. Everybody else signs in first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pushsvc.clock import Clock
from pushsvc.operations.accounts import Account, Role, find_account
from pushsvc.operations.sessions import (
    LASTS,
    SEEN_EVERY,
    Kind,
    Session,
    end_session,
    find_session,
    note_seen,
    open_session,
)
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.vault import Vault
from pushsvc.web.readers import is_secure

#: What each role may do; an admin may do everything.
ALLOWED: dict[Role, frozenset[str]] = {
    "viewer": frozenset({"watch"}),
    "publisher": frozenset({"publish"}),
    "operator": frozenset({"watch", "find", "mend"}),
    "approver": frozenset({"watch", "find", "mend", "approve"}),
    "admin": frozenset({"watch", "find", "mend", "approve", "publish", "administer"}),
}
COOKIE: dict[Kind, str] = {"citizen": "me", "console": "console"}
SIGN_IN: dict[Kind, str] = {"citizen": "/enter", "console": "/sign-in"}
_PURPOSE = "session"


class SignInFirst(HTTPException):
    """Nobody is signed in: answered by a redirect to the page where one does, which leads back here."""

    def __init__(self, to: str) -> None:
        super().__init__(303, headers={"Location": to})


@dataclass(frozen=True)
class Gate:
    """Reads and sets the session cookies."""

    database: Database
    vault: Vault
    clock: Clock
    random_bytes: Callable[[int], bytes]

    async def citizen(self, request: Request) -> int:
        """The subscriber_no of who is signed in. Raises SignInFirst."""
        return int((await self._session(request, "citizen")).subject)

    async def citizen_or_nobody(self, request: Request) -> int | None:
        """The same for a page that everybody may see."""
        session = await self.session(request, "citizen")
        return int(session.subject) if session else None

    async def account(self, request: Request, doing: str) -> Account:
        """The account that is signed in, when its role allows `doing` (ALLOWED). Raises SignInFirst; HTTPException 403 for
        a role that does not, and a redirect to the first sign-in's own page while the password is still the one-time one."""
        session = await self._session(request, "console")
        account = await find_account(self.database, session.subject)
        if account is None:
            raise SignInFirst(_there("console", request))
        if account.one_time:
            raise SignInFirst("/sign-in/password")
        if doing not in ALLOWED[account.role]:
            raise HTTPException(403)
        return account

    async def session(self, request: Request, kind: Kind) -> Session | None:
        """The session that the request's cookie names, while it lasts."""
        token = self.vault.read_token(f"{_PURPOSE} {kind}", request.cookies.get(COOKIE[kind], ""))
        if token is None:
            return None
        now = self.clock.now()
        async with self.database.read() as tx:
            session = await find_session(tx, kind, token, now)
        if session and session.seen_at < now - SEEN_EVERY:
            async with self.database.write(first=True) as tx:
                await note_seen(tx, token, now)
        return session

    async def sign_in(self, tx: Transaction, request: Request, response: Response, kind: Kind, subject: str) -> None:
        """Open a session in `tx` and set its cookie. A session of before in this browser ends."""
        before = self.vault.read_token(f"{_PURPOSE} {kind}", request.cookies.get(COOKIE[kind], ""))
        if before:
            await end_session(tx, before)
        session = await open_session(tx, kind, subject, self.clock.now(), self.random_bytes)
        response.set_cookie(
            COOKIE[kind], self.vault.token(f"{_PURPOSE} {kind}", session.token), httponly=True, samesite="lax", path="/",
            secure=is_secure(request), max_age=int(LASTS[kind].total_seconds()),
        )  # fmt: skip

    async def sign_out(self, request: Request, kind: Kind) -> Response:
        """End the session of this browser; the answer leads to the front page."""
        token = self.vault.read_token(f"{_PURPOSE} {kind}", request.cookies.get(COOKIE[kind], ""))
        if token:
            async with self.database.write(first=True) as tx:
                await end_session(tx, token)
        response = RedirectResponse("/", status_code=303)
        response.delete_cookie(COOKIE[kind], path="/")
        return response

    async def _session(self, request: Request, kind: Kind) -> Session:
        session = await self.session(request, kind)
        if session is None:
            raise SignInFirst(_there(kind, request))
        return session


def _there(kind: Kind, request: Request) -> str:
    return f"{SIGN_IN[kind]}?next={quote(request.url.path)}" if request.method == "GET" else SIGN_IN[kind]


def safe_next(wish: str, default: str) -> str:
    """Where to go after signing in: a path of ours, never another site's."""
    ours = wish.startswith("/") and not wish.startswith(("//", "/\\")) and wish.isprintable() and len(wish) < 300
    return wish if ours else default
