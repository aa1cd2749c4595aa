"""What all commands share: help with examples, settings, data to stdout, talk to stderr."""

import json
import os

import click

from finder.settings import Settings


class Command(click.Command):
    """A command whose help keeps the examples as they stand."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            formatter.write_paragraph()
            formatter.write("Examples:\n" + "".join(f"  {line}\n" for line in self.epilog.split("\n")))


def say(text: str) -> None:
    """Talk to the person at the keyboard."""
    click.echo(text, err=True)


def settings() -> Settings:
    """The settings of the environment; SettingsError when one is wrong."""
    return Settings.read(os.environ)


def print_json(document: object) -> None:
    """Data for machines."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
