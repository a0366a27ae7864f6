"""Pages for people."""

from __future__ import annotations

from flask import Flask

from app.http.errors import render_with
from app.web import errors, rendering
from app.web.admin.account import account
from app.web.admin.audit import audit
from app.web.admin.board import board
from app.web.admin.businesses import businesses as admin_businesses
from app.web.admin.customers import customers
from app.web.admin.dashboard import dashboard
from app.web.admin.devices import devices
from app.web.admin.exports import exports
from app.web.admin.license_types import license_types
from app.web.admin.licenses import licenses as admin_licenses
from app.web.admin.new_order import new_order
from app.web.admin.order import order
from app.web.admin.order_edit import order_edit
from app.web.admin.orders import orders
from app.web.admin.password import password
from app.web.admin.people import people
from app.web.admin.review import review
from app.web.admin.services import services
from app.web.admin.sessions import sessions
from app.web.admin.two_factor import two_factor
from app.web.admin.workers import workers
from app.web.admin_code import admin_code
from app.web.admin_login import PagePath, admin_login
from app.web.assets import assets
from app.web.booking.account import account as my_account
from app.web.booking.account_end import account_end
from app.web.booking.appointments import appointments as my_appointments
from app.web.booking.book import book
from app.web.booking.businesses import businesses
from app.web.booking.inbox import inbox as my_inbox
from app.web.booking.licenses import licenses as my_licenses
from app.web.booking.my import my
from app.web.booking.two_factor import two_factor as my_two_factor
from app.web.business.appointments import appointments
from app.web.business.calendar import calendar
from app.web.business.details import details
from app.web.business.hours import hours
from app.web.business.messages import messages
from app.web.business.overview import overview
from app.web.business.own import own
from app.web.business.reviews import reviews
from app.web.business.rooms import rooms
from app.web.business.services import services as business_services
from app.web.business.time_off import time_off
from app.web.business.walk_in import walk_in
from app.web.business.work import work
from app.web.business.workers import workers as business_workers
from app.web.docs import docs
from app.web.forgot import forgot
from app.web.mail_stop import mail_stop
from app.web.proofs import proofs
from app.web.scanner import scanner
from app.web.set_password import set_password
from app.web.sign_in import sign_in
from app.web.sign_in_code import sign_in_code
from app.web.tracking import tracking
from app.web.verify import verify
from app.web.webhooks.routes import webhooks


def register(app: Flask) -> None:
    """Bind the pages, and let their refusals be pages too."""
    render_with(app, errors.concerns, errors.render)
    rendering.register(app)
    app.url_map.converters["page"] = PagePath
    for pages in (assets, docs, admin_login, dashboard, scanner, set_password, sign_in, tracking):
        app.register_blueprint(pages)
    for pages in (account_end, forgot, proofs, verify):
        app.register_blueprint(pages)
    for pages in (audit, customers, devices, exports, review, services, workers):
        app.register_blueprint(pages)
    for pages in (board, new_order, order, order_edit, orders):
        app.register_blueprint(pages)
    for pages in (admin_code, account, password, people, two_factor, sessions):
        app.register_blueprint(pages)
    for pages in (my_two_factor, sign_in_code):
        app.register_blueprint(pages)
    for pages in (admin_businesses, book, businesses, my, my_account, my_appointments, own):
        app.register_blueprint(pages)
    for pages in (admin_licenses, license_types, my_licenses):
        app.register_blueprint(pages)
    for pages in (mail_stop, my_inbox, work):
        app.register_blueprint(pages)
    for desk_pages in (appointments, calendar, details, hours, messages, overview, reviews):
        desk_pages.register(app)
    for desk_pages in (business_services, business_workers, rooms, time_off, walk_in, webhooks):
        desk_pages.register(app)
