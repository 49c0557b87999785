"""`michi install` and `michi uninstall`; their words are read where no typer need be there."""

import typer

AS_THEY_ARE = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
"""Settings of a command that hands its words on to `michi install` or `michi uninstall`."""


def install(asked: typer.Context) -> None:
    """市をこのサーバーに入れる / Install a city on this server: user, program, database, Redis,
    units, nginx, settings."""
    from cli.install.run import install

    raise typer.Exit(install(asked.args))


def uninstall(asked: typer.Context) -> None:
    """市をこのサーバーから外す / Take a city off this server; with --delete-data, its data as
    well."""
    from cli.install.run import uninstall

    raise typer.Exit(uninstall(asked.args))
