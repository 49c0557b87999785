"""One's own name, password and sessions."""

from web.auth.own_account import pages

router = pages("/contractor/account", "contractor/account/page.html")
