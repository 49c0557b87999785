"""Tickets whose period as 公文書 is over are thrown away by people; their numbers stay."""
