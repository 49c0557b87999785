"""Every module that has tables: importing this one makes the whole schema known."""

# ruff: noqa: F401

import bot.models
import geo.models
import geo.sections.models
import reports.audit.models
import reports.backup.models
import reports.city.models
import reports.discard.models
import reports.documents.exports.models
import reports.documents.monthly.models
import reports.documents.open_data.models
import reports.orders.models
import reports.orders.money_models
import reports.outbox.models
import reports.patrols.models
import reports.people.key_models
import reports.people.models
import reports.people.provider_models
import reports.photos.photo_store
import reports.privacy.models
import reports.published.models
import reports.records.models
import reports.routing.models
import reports.stats.again.models
import reports.stats.models
import reports.stats.outside
import reports.tickets.bulk_models
import reports.tickets.cell_models
import reports.tickets.history_models
import reports.tickets.hold_models
import reports.tickets.models
import reports.tickets.note_models
import reports.tickets.plan_models
import reports.tickets.text_models
import reports.tickets.view_models
import reports.tickets.work_models
import reports.webhooks.models
import store.tasks
