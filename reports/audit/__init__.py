"""Who did what, when and from where: a log that is only added to."""
