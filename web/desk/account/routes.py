"""One's own name, password and sessions."""

from web.auth.own_account import pages

router = pages("/staff/account", "desk/account/page.html")
