"""One's own name, password and sessions."""

from web.auth.own_account import pages

router = pages("/crew/account", "crew/account/page.html")
