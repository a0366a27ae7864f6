"""Every route and method, and whom it admits by the contract.

The statuses are read out of contract.md 2 and 3, never out of the code: 401 for nobody where
somebody is asked for, 403 for a principal that lacks the right, 404 for an object that it may
not know of. An admin's session is a cookie that routes for bearers do not look at: there an
admin is nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.holes.bodies import BODIES
from tests.holes.world import PRINCIPALS, SESSIONS, World

TABLE = """
                                                    nobody customer other device revoked owner admin
GET    /                                               302      302   302    302     302   302   302
GET    /T/{label}                                      200      200   200    200     200   200   200
GET    /scan                                           200      200   200    200     200   200   200
GET    /scan/worker.js                                 200      200   200    200     200   200   200
GET    /scan/manifest.webmanifest                      200      200   200    200     200   200   200
GET    /scan/app/1/app.js                              200      200   200    200     200   200   200
GET    /track/{label}                                  200      200   200    200     200   200   200
GET    /track                                          200      200   200    200     200   200   200
POST   /track                                          200      200   200    200     200   200   200
GET    /.well-known/jwks.json                               200     200     200     200     200     200     200
GET    /l/                                                  200     200     200     200     200     200     200
GET    /l/{license_code}                                    200     200     200     200     200     200     200
GET    /l/worker.js                                         200     200     200     200     200     200     200
GET    /l/manifest.webmanifest                              200     200     200     200     200     200     200
GET    /l/app/1/verifier.js                                 200     200     200     200     200     200     200
GET    /c                                                   200     200     200     200     200     200     200
POST   /c                                                   200     200     200     200     200     200     200
GET    /api/v1/track/{label}                           200      200   200    200     200   200   200
GET    /admin                                          302      403   403    403     403   403   200
GET    /admin/orders                                   302      403   403    403     403   403   200
GET    /admin/no/such/page                             302      403   403    403     403   403   200
GET    /admin/orders/{order}                           302      403   403    403     403   403   200
GET    /admin/orders/{order}/edit                      302      403   403    403     403   403   200
POST   /admin/orders/{order}/edit                      401      403   403    403     403   403   303
POST   /admin/orders/{order}/status                    401      403   403    403     403   403   303
POST   /admin/orders/{order}/cancel                    401      403   403    403     403   403   303
POST   /admin/orders/{order}/rotate-label              401      403   403    403     403   403   303
POST   /admin/orders/{order}/scans/{scan}/void         401      403   403    403     403   403   303
GET    /admin/orders/new                               302      403   403    403     403   403   200
POST   /admin/orders/new                               401      403   403    403     403   403   303
GET    /admin/orders/new/people?q=Ada                  302      403   403    403     403   403   200
GET    /admin/search?q=Ada                             302      403   403    403     403   403   200
GET    /admin/board                                    302      403   403    403     403   403   200
GET    /admin/board/news                               302      403   403    403     403   403   200
GET    /admin/dashboard                                302      403   403    403     403   403   200
GET    /admin/login                                    200      200   200    200     200   200   200
POST   /admin/login                                    200      200   200    200     200   200   200
POST   /admin/logout                                   401      403   403    403     403   403   200
GET    /admin/login/code                               302      302   302    302     302   302   302
POST   /admin/login/code                               303      303   303    303     303   303   303
GET    /admin/account                                  302      403   403    403     403   403   200
GET    /admin/account/password                         302      403   403    403     403   403   200
POST   /admin/account/password                         401      403   403    403     403   403   303
GET    /admin/account/two-factor                       302      403   403    403     403   403   200
POST   /admin/account/two-factor/start                 401      403   403    403     403   403   303
POST   /admin/account/two-factor/confirm               401      403   403    403     403   403   200
POST   /admin/account/two-factor/recovery-codes        401      403   403    403     403   403   200
POST   /admin/account/two-factor/disable               401      403   403    403     403   403   303
GET    /admin/account/sessions                         302      403   403    403     403   403   200
POST   /admin/account/sessions/{session}/end           401      403   403    403     403   403   303
POST   /admin/account/sessions/end-others              401      403   403    403     403   403   303
GET    /admin/services                                 302      403   403    403     403   403   200
GET    /admin/services/new                             302      403   403    403     403   403   200
POST   /admin/services                                 401      403   403    403     403   403   303
GET    /admin/services/{service}                       302      403   403    403     403   403   200
POST   /admin/services/{service}                       401      403   403    403     403   403   303
POST   /admin/services/{service}/delete                401      403   403    403     403   403   303
GET    /admin/businesses                               302      403   403    403     403   403   200
POST   /admin/businesses/{waiting}/approve             401      403   403    403     403   403   303
POST   /admin/businesses/{waiting}/reject              401      403   403    403     403   403   303
POST   /admin/businesses/{business}/suspend            401      403   403    403     403   403   303
POST   /admin/businesses/{business}/reviews/{said}/hide 401     403   403    403     403   403   303
POST   /admin/businesses/{business}/reviews/{unsaid}/show 401   403   403    403     403   403   303
GET    /admin/webhooks                                 302      403   403    403     403   403   200
GET    /admin/webhooks/new                             302      403   403    403     403   403   200
POST   /admin/webhooks                                 401      403   403    403     403   403   201
GET    /admin/webhooks/{hook_of_all}                   302      403   403    403     403   403   200
POST   /admin/webhooks/{hook_of_all}                   401      403   403    403     403   403   303
POST   /admin/webhooks/{hook_of_all}/test              401      403   403    403     403   403   303
POST   /admin/webhooks/{hook_of_all}/rotate            401      403   403    403     403   403   200
POST   /admin/webhooks/{hook_of_all}/delete            401      403   403    403     403   403   303
POST   /admin/webhooks/{hook_of_all}/deliveries/{delivery}/replay 401 403 403 403    403   403   303
GET    /admin/customers                                302      403   403    403     403   403   200
GET    /admin/customers/new                            302      403   403    403     403   403   200
POST   /admin/customers                                401      403   403    403     403   403   201
GET    /admin/customers/{customer}                     302      403   403    403     403   403   200
POST   /admin/customers/{customer}                     401      403   403    403     403   403   303
POST   /admin/customers/{customer}/deactivate          401      403   403    403     403   403   303
POST   /admin/customers/{inactive_customer}/reactivate 401      403   403    403     403   403   303
GET    /admin/licenses                                 302      403   403    403     403   403   200
GET    /admin/licenses/new                             302      403   403    403     403   403   200
POST   /admin/licenses                                 401      403   403    403     403   403   303
GET    /admin/licenses/{license}                       302      403   403    403     403   403   200
GET    /admin/licenses/{license}/card.pdf              302      403   403    403     403   403   200
POST   /admin/licenses/{license}                       401      403   403    403     403   403   303
POST   /admin/licenses/{license}/renew                 401      403   403    403     403   403   303
POST   /admin/licenses/{asked_license}/approve         401      403   403    403     403   403   303
POST   /admin/licenses/{asked_license}/reject          401      403   403    403     403   403   303
POST   /admin/licenses/{license}/rotate                401      403   403    403     403   403   303
POST   /admin/licenses/{license}/revoke                401      403   403    403     403   403   303
GET    /admin/licenses/types                           302      403   403    403     403   403   200
GET    /admin/licenses/types/new                       302      403   403    403     403   403   200
POST   /admin/licenses/types                           401      403   403    403     403   403   303
GET    /admin/licenses/types/{license_type}            302      403   403    403     403   403   200
POST   /admin/licenses/types/{license_type}            401      403   403    403     403   403   303
GET    /admin/people                                   302      403   403    403     403   403   200
GET    /admin/people/new                               302      403   403    403     403   403   200
POST   /admin/people                                   401      403   403    403     403   403   201
GET    /admin/people/{person}                          302      403   403    403     403   403   200
POST   /admin/people/{person}/role                     401      403   403    403     403   403   303
POST   /admin/people/{person}/reset-password           401      403   403    403     403   403   200
POST   /admin/people/{inactive_customer}/activate      401      403   403    403     403   403   303
POST   /admin/people/{person}/deactivate               401      403   403    403     403   403   303
POST   /admin/people/{person}/end-sessions             401      403   403    403     403   403   303
GET    /admin/workers                                  302      403   403    403     403   403   200
GET    /admin/workers/new                              302      403   403    403     403   403   200
POST   /admin/workers                                  401      403   403    403     403   403   201
GET    /admin/workers/{worker}                         302      403   403    403     403   403   200
POST   /admin/workers/{worker}                         401      403   403    403     403   403   303
POST   /admin/workers/{worker}/deactivate              401      403   403    403     403   403   303
POST   /admin/workers/{inactive_worker}/reactivate     401      403   403    403     403   403   303
GET    /admin/devices                                  302      403   403    403     403   403   200
GET    /admin/devices/new                              302      403   403    403     403   403   200
POST   /admin/devices                                  401      403   403    403     403   403   201
GET    /admin/devices/{device}                         302      403   403    403     403   403   200
POST   /admin/devices/{device}                         401      403   403    403     403   403   303
POST   /admin/devices/{waiting_device}/code            401      403   403    403     403   403   200
POST   /admin/devices/{device}/revoke                  401      403   403    403     403   403   303
GET    /admin/review                                   302      403   403    403     403   403   200
GET    /admin/review/{scan}                            302      403   403    403     403   403   200
POST   /admin/review/{rejected_scan}/apply             401      403   403    403     403   403   303
POST   /admin/review/{rejected_scan}/dismiss           401      403   403    403     403   403   303
POST   /admin/review/{scan}/void                       401      403   403    403     403   403   303
GET    /admin/audit                                    302      403   403    403     403   403   200
GET    /admin/audit/{record}                           302      403   403    403     403   403   200
POST   /admin/audit/verify                             401      403   403    403     403   403   200
POST   /admin/exports/customers                        401      403   403    403     403   403   200
GET    /admin/api/customers                            401      403   403    403     403   403   200
POST   /admin/api/customers                            401      403   403    403     403   403   201
PUT    /admin/api/customers/{customer}                 401      403   403    403     403   403   200
DELETE /admin/api/customers/{customer}                 401      403   403    403     403   403   200
GET    /admin/api/orders                               401      403   403    403     403   403   200
GET    /admin/api/orders/{order}                       401      403   403    403     403   403   200
PUT    /admin/api/orders/{order}                       401      403   403    403     403   403   200
DELETE /admin/api/orders/{order}                       401      403   403    403     403   403   200
GET    /admin/api/services                             401      403   403    403     403   403   200
POST   /admin/api/services                             401      403   403    403     403   403   201
PUT    /admin/api/services/{service}                   401      403   403    403     403   403   200
DELETE /admin/api/services/{service}                   401      403   403    403     403   403   200
GET    /admin/api/workers                              401      403   403    403     403   403   200
POST   /admin/api/workers                              401      403   403    403     403   403   201
GET    /admin/api/workers/{worker}                     401      403   403    403     403   403   200
PUT    /admin/api/workers/{worker}                     401      403   403    403     403   403   200
DELETE /admin/api/workers/{worker}                     401      403   403    403     403   403   200
GET    /api/docs                                       200      200   200    200     200   200   200
GET    /api/docs/assets/docs.css                       200      200   200    200     200   200   200
GET    /api/v1/openapi.json                            200      200   200    200     200   200   200
GET    /static/pages.css                               200      200   200    200     200   200   200
GET    /favicon.ico                                    200      200   200    200     200   200   200
GET    /robots.txt                                     200      200   200    200     200   200   200
GET    /health                                         200      200   200    200     200   200   200
GET    /healthz                                        200      200   200    200     200   200   200
GET    /readyz                                         200      200   200    200     200   200   200
GET    /ping                                           200      200   200    200     200   200   200
GET    /metrics                                        200      200   200    200     200   200   200
GET    /qr/{order}.png                                 200      200   200    200     200   200   200
GET    /static/qr/{order}.png                          200      200   200    200     200   200   200
GET    /set-password                                   200      200   200    200     200   200   200
POST   /set-password                                   200      200   200    200     200   200   200
GET    /reset                                          200      200   200    200     200   200   200
POST   /reset                                          200      200   200    200     200   200   200
GET    /forgot                                         200      200   200    200     200   200   200
POST   /forgot                                         200      200   200    200     200   200   200
GET    /verify                                         200      200   200    200     200   200   200
POST   /verify                                         200      200   200    200     200   200   200
POST   /auth/signup                                    201      201   201    201     201   201   201
POST   /auth/login                                     200      200   200    200     200   200   200
POST   /employee/login                                 200      200   200    200     200   200   200
POST   /worker/scan                                    200      403   403    200     403   403   200
POST   /api/tracks                                     200      403   403    200     403   403   200
GET    /api/services                                   200      200   200    200     200   200   200
POST   /api/orders                                     201      201   201    403     403   201   201
GET    /api/orders?email=ada@example.com               200      200   200    403     403   200   200
PUT    /api/orders/{order}                             401      200   403    403     403   403   401
DELETE /api/orders/{legacy_order}?email=ada@example.com 200     200   200    200     200   200   200
POST   /api/v1/auth/register                           201      201   201    201     201   201   201
POST   /api/v1/auth/login                              200      200   200    200     200   200   200
POST   /api/v1/auth/refresh                            200      200   200    200     200   200   200
POST   /api/v1/auth/set-password                       200      200   200    200     200   200   200
POST   /api/v1/auth/reset-password                     200      200   200    200     200   200   200
POST   /api/v1/auth/forgot-password                    200      200   200    200     200   200   200
POST   /api/v1/auth/verify-email/link                  200      200   200    200     200   200   200
POST   /api/v1/auth/verify-email                       401      200   200    403     403   200   401
POST   /api/v1/auth/resend-verification                401      200   200    403     403   200   401
POST   /api/v1/auth/change-password                    401      200   200    403     403   200   401
PUT    /api/v1/auth/change-password                    401      200   200    403     403   200   401
POST   /api/v1/auth/logout                             401      200   200    403     403   200   401
GET    /api/v1/auth/me                                 401      200   200    403     403   200   401
PATCH  /api/v1/auth/me                                 401      200   200    403     403   200   401
GET    /api/v1/services                                200      200   200    200     200   200   200
GET    /api/v1/services/{service}                      200      200   200    200     200   200   200
POST   /api/v1/services                                401      403   403    403     403   403   201
PUT    /api/v1/services/{service}                      401      403   403    403     403   403   200
DELETE /api/v1/services/{service}                      401      403   403    403     403   403   200
POST   /api/v1/orders                                  401      201   201    403     403   201   401
GET    /api/v1/orders                                  401      200   200    403     403   200   401
GET    /api/v1/orders/{order}                          401      200   404    200     403   404   200
PUT    /api/v1/orders/{order}                          401      200   404    403     403   404   401
PATCH  /api/v1/orders/{order}                          401      200   404    403     403   404   401
DELETE /api/v1/orders/{order}                          401      200   404    403     403   404   401
GET    /api/v1/orders/{order}/qr.png                   401      200   404    200     403   404   200
GET    /api/v1/orders/{order}/qr.svg                   401      200   404    200     403   404   200
GET    /api/v1/orders/{order}/label.png                401      200   404    200     403   404   200
GET    /api/v1/orders/{order}/label.svg                401      200   404    200     403   404   200
GET    /api/v1/orders/{order}/certificate.json              401     200     404     200     403     404     200
GET    /api/v1/orders/{order}/certificate.pdf               401     200     404     200     403     404     200
GET    /api/v1/orders/{order}/label.pdf                401      200   404    200     403   404   200
GET    /api/v1/orders/{order}/label.zpl                401      200   404    200     403   404   200
POST   /api/v1/orders/{order}/rotate-label             401      403   403    403     403   403   200
GET    /api/v1/orders/{order}/tracks                   401      200   404    200     403   404   200
GET    /api/v1/tracks/order/{order}                    401      200   404    200     403   404   200
GET    /api/v1/tracks                                  401      200   200    200     403   200   200
GET    /api/v1/customers                               401      200   200    403     403   200   200
PUT    /api/v1/customers                               401      200   200    403     403   200   401
POST   /api/v1/customers/export                        401      200   200    403     403   200   401
POST   /api/v1/customers/close                         401      200   200    403     403   200   401
GET    /api/v1/customers/{customer}                    401      200   404    403     403   404   200
GET    /api/v1/customers/profile/{customer}            401      200   404    403     403   404   200
DELETE /api/v1/customers/{customer}                    401      403   403    403     403   403   200
POST   /api/v1/workers                                 401      403   403    403     403   403   201
POST   /api/v1/workers/register                        401      403   403    403     403   403   201
GET    /api/v1/workers                                 401      403   403    403     403   403   200
GET    /api/v1/workers/{worker}                        401      403   403    403     403   403   200
PUT    /api/v1/workers/{worker}                        401      403   403    403     403   403   200
DELETE /api/v1/workers/{worker}                        401      403   403    403     403   403   200
POST   /api/v1/workers/login                           200      200   200    200     200   200   200
POST   /api/v1/workers/scan                            401      403   403    201     403   403   401
POST   /api/v1/workers/scans                           401      403   403    200     200   403   401
POST   /api/v1/workers/scans/{scan}/void               401      403   403    201     403   403   201
POST   /api/v1/workers/scans/{rejected_scan}/apply     401      403   403    403     403   403   201
POST   /api/v1/workers/scans/{rejected_scan}/dismiss   401      403   403    403     403   403   201
POST   /api/v1/devices                                 401      403   403    403     403   403   201
GET    /api/v1/devices                                 401      403   403    403     403   403   200
GET    /api/v1/devices/{device}                        401      403   403    403     403   403   200
POST   /api/v1/devices/{device}/revoke                 401      403   403    403     403   403   200
POST   /api/v1/devices/enroll                          201      201   201    201     201   201   201
POST   /api/v1/devices/roll                            401      403   403    200     403   403   401
GET    /api/v1/devices/me                              401      403   403    200     403   403   401
GET    /api/v1/businesses/{shop}/availability?service_id={offer}&date=2030-01-15 200 200 200 200 200 200 200
GET    /api/v1/businesses/{shop}/why-not?service_id={offer}&start=2030-01-15T09:00:00Z 200 200 200 200 200 200 200
GET    /api/v1/businesses                              200      200   200    200     200   200   200
GET    /api/v1/businesses/categories                   200      200   200    200     200   200   200
GET    /api/v1/businesses/mine                         401      200   200    403     403   200   401
POST   /api/v1/businesses/join                         401      200   200    403     403   200   401
POST   /api/v1/businesses                              401      201   201    403     403   201   401
GET    /api/v1/businesses/{business}                   200      200   200    403     403   200   200
PATCH  /api/v1/businesses/{business}                   401      200   404    403     403   404   200
DELETE /api/v1/businesses/{business}                   401      200   404    403     403   404   200
GET    /api/v1/businesses/{business}/services          200      200   200    403     403   200   200
POST   /api/v1/businesses/{business}/services          401      201   404    403     403   404   201
PUT    /api/v1/businesses/{business}/services/{own_service}  401      200   404    403     403   404   200
DELETE /api/v1/businesses/{business}/services/{own_service}  401      200   404    403     403   404   200
GET    /api/v1/businesses/{business}/resources         401      200   404    403     403   404   200
POST   /api/v1/businesses/{business}/resources         401      201   404    403     403   404   201
PATCH  /api/v1/businesses/{business}/resources/{room}  401      200   404    403     403   404   200
GET    /api/v1/businesses/{business}/workers           200      200   200    403     403   200   200
POST   /api/v1/businesses/{business}/workers           401      201   404    403     403   404   201
PATCH  /api/v1/businesses/{business}/workers/{stylist} 401      200   404    403     403   404   200
DELETE /api/v1/businesses/{business}/workers/{stylist} 401      200   404    403     403   404   200
PUT    /api/v1/businesses/{business}/workers/{stylist}/services 401 200 404  403     403   404   200
POST   /api/v1/businesses/{business}/workers/{stylist}/invitation 401 201 404 403    403   404   201
GET    /api/v1/businesses/{business}/staff             401      200   404    403     403   404   200
GET    /api/v1/businesses/{business}/hours             200      200   200    403     403   200   200
PUT    /api/v1/businesses/{business}/hours             401      200   404    403     403   404   200
GET    /api/v1/businesses/{business}/time-off          401      200   404    403     403   404   200
POST   /api/v1/businesses/{business}/time-off          401      201   404    403     403   404   201
DELETE /api/v1/businesses/{business}/time-off/{absence} 401     200   404    403     403   404   200
GET    /api/v1/businesses/{business}/stats             401      200   404    403     403   404   200
GET    /api/v1/businesses/{business}/reviews           200      200   200    200     200   200   200
GET    /api/v1/favorites                               401      200   200    403     403   200   401
PUT    /api/v1/favorites/{business}                    401      200   200    403     403   200   401
POST   /api/v1/favorites/{business}                    401      200   200    403     403   200   401
DELETE /api/v1/favorites/{favorite}                    401      200   200    403     403   200   401
POST   /api/v1/appointments/{visit}/review             401      201   404    403     403   404   401
POST   /api/v1/reviews/{review}/reply                  401      200   404    403     403   404   200
POST   /api/v1/admin/reviews/{review}/hide             401      403   403    403     403   403   200
POST   /api/v1/admin/reviews/{hidden_review}/show      401      403   403    403     403   403   200
GET    /api/v1/admin/businesses                        401      403   403    403     403   403   200
GET    /api/v1/admin/businesses/{registered}           401      403   403    403     403   403   200
POST   /api/v1/admin/businesses/{registered}/approve   401      403   403    403     403   403   200
POST   /api/v1/admin/businesses/{registered}/reject    401      403   403    403     403   403   200
POST   /api/v1/admin/businesses/{approved}/suspend     401      403   403    403     403   403   200
POST   /api/v1/businesses/{salon}/appointments         401      201   403    403     403   403   201
GET    /api/v1/appointments                            401      200   200    200     403   200   200
GET    /api/v1/appointments/{appointment}              401      200   404    404     403   404   200
POST   /api/v1/appointments/{appointment}/confirm      401      200   404    403     403   404   200
POST   /api/v1/appointments/{appointment}/cancel       401      200   404    403     403   404   200
POST   /api/v1/appointments/{appointment}/reschedule   401      200   404    403     403   404   200
POST   /api/v1/appointments/{appointment}/no-show      401      200   404    403     403   404   200
POST   /api/v1/appointments/{appointment}/complete     401      200   404    403     403   404   200
GET    /api/v1/appointments/{appointment}/calendar.ics 401      200   404    404     403   404   200
GET    /api/v1/businesses/{salon}/feeds                401      200   404    403     403   404   200
POST   /api/v1/businesses/{salon}/feeds                401      201   404    403     403   404   201
DELETE /api/v1/businesses/{salon}/feeds/{feed}         401      204   404    403     403   404   204
GET    /api/v1/calendar/{feed_token}.ics               200      200   200    200     200   200   200
GET    /api/v1/webhooks                                401      200   200    403     403   200   200
POST   /api/v1/webhooks                                401      201   404    403     403   404   201
GET    /api/v1/webhooks/{webhook}                      401      200   404    403     403   404   200
PATCH  /api/v1/webhooks/{webhook}                      401      200   404    403     403   404   200
DELETE /api/v1/webhooks/{webhook}                      401      200   404    403     403   404   200
POST   /api/v1/webhooks/{webhook}/rotate-secret        401      200   404    403     403   404   200
POST   /api/v1/webhooks/{webhook}/test                 401      202   404    403     403   404   202
GET    /api/v1/webhooks/{webhook}/deliveries           401      200   404    403     403   404   200
POST   /api/v1/webhooks/{webhook}/deliveries/{delivery}/replay 401 202 404   403     403   404   202
GET    /api/v1/events                                  401      200   200    403     403   200   200
GET    /api/v1/businesses/{business}/messages          401      200   404    403     403   404   200
PUT    /api/v1/businesses/{business}/messages          401      200   404    403     403   404   200
GET    /api/v1/notifications                           401      200   200    403     403   200   200
GET    /api/v1/notifications/unread-count              401      200   200    403     403   200   200
POST   /api/v1/notifications/{news}/read               401      200   404    403     403   404   404
POST   /api/v1/notifications/read-all                  401      200   200    403     403   200   200
GET    /mail/stop?to={stop}                            200      200   200    200     200   200   200
POST   /mail/stop?to={stop}                            200      200   200    200     200   200   200
GET    /api/v1/admin/stats                             401      403   403    403     403   403   200
GET    /api/v1/admin/users                             401      403   403    403     403   403   200
POST   /api/v1/admin/users                             401      403   403    403     403   403   201
GET    /api/v1/admin/users/{person}                    401      403   403    403     403   403   200
DELETE /api/v1/admin/users/{person}                    401      403   403    403     403   403   200
PATCH  /api/v1/admin/users/{person}/role               401      403   403    403     403   403   200
POST   /api/v1/admin/users/{person}/reset-password     401      403   403    403     403   403   200
POST   /api/v1/admin/users/{inactive_customer}/activate 401      403   403    403     403   403   200
POST   /api/v1/admin/users/{person}/deactivate         401      403   403    403     403   403   200
POST   /api/v1/admin/users/{person}/end-sessions       401      403   403    403     403   403   200
GET    /api/v1/licenses/my-licenses                    401     200     200     200     403     200     401
GET    /api/v1/licenses/my-licenses/{license}          401     200     404     404     403     404     401
GET    /api/v1/licenses/my-licenses/{license}/pdf           401     200     404     404     403     404     401
GET    /api/v1/licenses/my-licenses/{license}/qr            401     200     404     404     403     404     401
GET    /api/v1/licenses/verify/{license_code}               200     200     200     200     200     200     200
GET    /api/v1/licenses/status                              200     200     200     200     200     200     200
POST   /api/v1/licenses/my-licenses/{license}/request-upgrade 401     200     404     404     403     404     401
GET    /api/v1/licenses/types                          401     200     200     200     403     200     200
POST   /api/v1/licenses/types                          401     403     403     403     403     403     201
PATCH  /api/v1/licenses/types/{license_type}           401     403     403     403     403     403     200
GET    /api/v1/licenses                                401     403     403     403     403     403     200
POST   /api/v1/licenses                                401     403     403     403     403     403     200
GET    /api/v1/licenses/{license}                      401     403     403     403     403     403     200
PATCH  /api/v1/licenses/{license}                      401     403     403     403     403     403     200
DELETE /api/v1/licenses/{license}                      401     403     403     403     403     403     200
POST   /api/v1/licenses/{license}/renew                401     403     403     403     403     403     200
POST   /api/v1/licenses/{asked_license}/approve-upgrade 401     403     403     403     403     403     200
POST   /api/v1/licenses/{asked_license}/reject-upgrade 401     403     403     403     403     403     200
POST   /api/v1/licenses/{license}/rotate-qr            401     200     404     404     403     404     200
POST   /api/v1/licenses/{license}/verify-hash          401     403     403     403     403     403     200
GET    /api/v1/audit/my-logs                           401      200   200    403     403   200   200
GET    /api/v1/audit/logs                              401      403   403    403     403   403   200
GET    /api/v1/audit/statistics                        401      403   403    403     403   403   200
GET    /api/v1/audit/security-events                   401      403   403    403     403   403   200
GET    /api/v1/audit/failed-logins                     401      403   403    403     403   403   200
GET    /api/v1/audit/resource/order/1                  401      403   403    403     403   403   200
GET    /api/v1/audit/checkpoint                        200      200   200    200     200   200   200
"""

PAGES = """
                                                     nobody customer other owner admin
GET    /login                                           200      302   302   302   200
POST   /login                                           303      303   303   303   303
GET    /login/code                                      302      302   302   302   302
POST   /login/code                                      303      303   303   303   303
GET    /register                                        200      302   302   302   200
POST   /register                                        303      303   303   303   303
POST   /logout                                          401      303   303   303   401
GET    /b                                               200      200   200   200   200
GET    /b/{shop}                                        200      200   200   200   200
POST   /b/{shop}/favorite                               401      303   303   303   401
GET    /b/{shop}/book?service={offer}                   200      200   200   200   200
GET    /b/{shop}/book/confirm?service={offer}&start=2030-01-15T09:00:00Z 302 200 200 200 302
POST   /b/{business}/book                               401      303   303   303   401
GET    /my                                              302      200   200   200   302
GET    /my/inbox                                        302      200   200   200   302
POST   /my/inbox/{news}/open                            401      303   404   404   401
POST   /my/inbox/read-all                               401      303   303   303   401
GET    /my/licenses                                     302      200   200   200   302
GET    /my/licenses/{license}                           302      200   404   404   302
GET    /my/licenses/{license}/card.pdf                  302      200   404   404   302
GET    /my/licenses/{license}/badge                     302      200   404   404   302
POST   /my/licenses/{license}/request-upgrade           401      303   404   404   401
POST   /my/licenses/{license}/rotate                    401      303   404   404   401
GET    /my/account                                      302      200   200   200   302
POST   /my/account                                      401      303   303   303   401
POST   /my/account/password                             401      303   303   303   401
POST   /my/account/preferences                          401      303   303   303   401
POST   /my/account/export                               401      200   200   200   401
POST   /my/account/close                                401      303   303   303   401
GET    /my/verify                                       302      200   200   200   302
POST   /my/verify                                       401      303   303   303   401
POST   /my/verify/resend                                401      303   303   303   401
GET    /my/account/password                             302      200   200   200   302
GET    /my/account/two-factor                           302      200   200   200   302
POST   /my/account/two-factor/start                     401      403   403   303   401
POST   /my/account/two-factor/confirm                   401      200   200   200   401
POST   /my/account/two-factor/recovery-codes            401      200   200   200   401
POST   /my/account/two-factor/disable                   401      303   303   303   401
GET    /my/appointments/{mine}                          302      200   404   404   302
GET    /my/appointments/{mine}/calendar.ics             302      200   404   404   302
GET    /my/appointments/{mine}/certificate.pdf          302      200   404   404   302
POST   /my/appointments/{kept}/confirm                  401      303   404   404   401
POST   /my/appointments/{mine}/cancel                   401      303   404   404   401
GET    /my/appointments/{mine}/move                     302      200   404   404   302
POST   /my/appointments/{mine}/move                     401      303   404   404   401
POST   /my/appointments/{visit}/review                  401      303   404   404   401
GET    /my/work/{workplace}                             302      200   404   404   302
GET    /my/work/{workplace}/appointments/{performed}    302      200   404   404   302
GET    /business                                        302      200   200   200   302
GET    /business/new                                    302      200   200   200   302
POST   /business                                        401      303   303   303   401
GET    /business/join                                   302      200   200   200   302
POST   /business/join                                   401      303   303   303   401
"""
"""Pages of customers and owners, each with the cookie of a session: a bearer's token opens none."""

DESK = """
GET                                           200
GET    /calendar                              200
GET    /services                              200
GET    /services/new                          200
POST   /services                              303
GET    /services/{own_service}                200
POST   /services/{own_service}                303
POST   /services/{own_service}/delete         303
GET    /workers                               200
GET    /workers/new                           200
POST   /workers                               201
GET    /workers/{stylist}                     200
POST   /workers/{stylist}                     303
POST   /workers/{stylist}/deactivate          303
POST   /workers/{left}/reactivate             303
POST   /workers/{stylist}/invite              200
GET    /rooms                                 200
POST   /rooms                                 303
GET    /rooms/{room}                          200
POST   /rooms/{room}                          303
POST   /rooms/{room}/deactivate               303
POST   /rooms/{closed_room}/reactivate        303
GET    /hours                                 200
POST   /hours                                 303
GET    /time-off                              200
POST   /time-off                              303
POST   /time-off/{absence}/delete             303
GET    /reviews                               200
POST   /reviews/{said}/reply                  303
GET    /webhooks                              200
GET    /webhooks/new                          200
POST   /webhooks                              201
GET    /webhooks/{hook}                       200
POST   /webhooks/{hook}                       303
POST   /webhooks/{hook}/test                  303
POST   /webhooks/{hook}/rotate                200
POST   /webhooks/{hook}/delete                303
POST   /webhooks/{hook}/deliveries/{delivery}/replay 303
GET    /messages                              200
POST   /messages                              303
GET    /details                               200
POST   /details                               303
POST   /delete                                303
POST   /feeds                                 200
POST   /feeds/{address}/revoke                303
GET    /appointments/new                      200
POST   /appointments/new                      303
GET    /appointments/{booked}                 200
POST   /appointments/{booked}/confirm         303
POST   /appointments/{booked}/cancel          303
POST   /appointments/{begun}/no-show          303
POST   /appointments/{begun}/complete         303
GET    /appointments/{booked}/move            200
POST   /appointments/{booked}/move            303
"""
"""The pages of a business: twice, for those who run it (the customer, here) and for an admin."""

NOT_FOR_ADMINS = frozenset(
    {
        "POST /api/v1/auth/change-password",
        "PUT /api/v1/auth/change-password",
        "POST /api/v1/customers/close",
    }
)
"""What an admin's JWT may not, though it has a customer's rights: it was given for a password alone."""

LOOK_UPS = frozenset({"POST /c", "POST /track", "POST /api/v1/licenses/{license}/verify-hash"})
"""What is posted lest its e-mail address or hash stand in a URL, and changes nothing."""


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    statuses: dict[str, int]
    by_cookie: dict[str, int]
    """What each answers to a session of the pages, whose cookie is nobody's everywhere else."""
    is_page: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.template.partition('?')[0]}"

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def is_public(self) -> bool:
        """Whether credentials make no difference."""
        return len(set(self.statuses.values()) | set(self.by_cookie.values())) == 1

    @property
    def opener(self) -> str:
        """A principal that it admits; nobody, where it leads everybody away."""
        everybody = (*SESSIONS, *PRINCIPALS)
        answers = self.statuses | self.by_cookie
        admitted = (one for one in reversed(everybody) if _opens(answers[one], self.writes))
        return next(admitted, "nobody")

    def body(self, world: World) -> Any:
        make = BODIES.get(self.name)
        return None if make is None else make(world)


def _opens(status: int, writes: bool) -> bool:
    """Of a page a redirect leads away."""
    return status < (400 if writes else 300)


def _read(line: str) -> Route:
    method, template, *statuses = line.split()
    answers = dict(zip(PRINCIPALS, map(int, statuses), strict=True))
    return Route(method, template, answers, dict.fromkeys(SESSIONS, answers["nobody"]))


def _read_page(line: str) -> Route:
    method, template, nobody, *by_cookie, admin = line.split()
    answers = dict.fromkeys(PRINCIPALS, int(nobody)) | {"admin": int(admin)}
    sessions = dict(zip(SESSIONS, map(int, by_cookie), strict=True))
    return Route(method, template, answers, sessions, is_page=True)


def _read_desk(line: str) -> tuple[Route, Route]:
    method, *below, status = line.split()
    rest, nobody = "".join(below), "302" if method == "GET" else "401"
    owners = f"{method} /business/{{business}}{rest} {nobody} {status} 404 404 {nobody}"
    refused = " 403" * 5
    admins = f"{method} /admin/businesses/{{business}}{rest} {nobody}{refused} {status}"
    return _read_page(owners), _read(admins)


def _lines(table: str) -> list[str]:
    return table.strip().splitlines()[1:]


ROUTES = [
    *map(_read, _lines(TABLE)),
    *map(_read_page, _lines(PAGES)),
    *(route for line in DESK.strip().splitlines() for route in _read_desk(line)),
]
