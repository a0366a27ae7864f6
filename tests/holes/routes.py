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
from tests.holes.world import PRINCIPALS, World

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
GET    /admin/customers                                302      403   403    403     403   403   200
GET    /admin/customers/new                            302      403   403    403     403   403   200
POST   /admin/customers                                401      403   403    403     403   403   201
GET    /admin/customers/{customer}                     302      403   403    403     403   403   200
POST   /admin/customers/{customer}                     401      403   403    403     403   403   303
POST   /admin/customers/{customer}/deactivate          401      403   403    403     403   403   303
POST   /admin/customers/{inactive_customer}/reactivate 401      403   403    403     403   403   303
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
GET    /health                                         200      200   200    200     200   200   200
GET    /healthz                                        200      200   200    200     200   200   200
GET    /readyz                                         200      200   200    200     200   200   200
GET    /ping                                           200      200   200    200     200   200   200
GET    /metrics                                        200      200   200    200     200   200   200
GET    /qr/{order}.png                                 200      200   200    200     200   200   200
GET    /static/qr/{order}.png                          200      200   200    200     200   200   200
GET    /set-password                                   200      200   200    200     200   200   200
POST   /set-password                                   200      200   200    200     200   200   200
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
GET    /api/v1/orders/{order}/label.pdf                401      200   404    200     403   404   200
GET    /api/v1/orders/{order}/label.zpl                401      200   404    200     403   404   200
POST   /api/v1/orders/{order}/rotate-label             401      403   403    403     403   403   200
GET    /api/v1/orders/{order}/tracks                   401      200   404    200     403   404   200
GET    /api/v1/tracks/order/{order}                    401      200   404    200     403   404   200
GET    /api/v1/tracks                                  401      200   200    200     403   200   200
GET    /api/v1/customers                               401      200   200    403     403   200   200
PUT    /api/v1/customers                               401      200   200    403     403   200   401
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
GET    /api/v1/admin/stats                             401      403   403    403     403   403   200
GET    /api/v1/audit/my-logs                           401      200   200    403     403   200   200
GET    /api/v1/audit/logs                              401      403   403    403     403   403   200
GET    /api/v1/audit/statistics                        401      403   403    403     403   403   200
GET    /api/v1/audit/security-events                   401      403   403    403     403   403   200
GET    /api/v1/audit/failed-logins                     401      403   403    403     403   403   200
GET    /api/v1/audit/resource/order/1                  401      403   403    403     403   403   200
GET    /api/v1/audit/checkpoint                        200      200   200    200     200   200   200
"""

LOOK_UPS = frozenset({"POST /track"})
"""What is posted lest its e-mail address stand in a URL, and changes nothing."""


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    statuses: dict[str, int]

    @property
    def name(self) -> str:
        return f"{self.method} {self.template.partition('?')[0]}"

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def is_public(self) -> bool:
        """Whether credentials make no difference."""
        return len(set(self.statuses.values())) == 1

    @property
    def opener(self) -> str:
        """A principal that it admits."""
        return next(one for one in reversed(PRINCIPALS) if self.statuses[one] < 400)

    def body(self, world: World) -> Any:
        make = BODIES.get(self.name)
        return None if make is None else make(world)


def _read(line: str) -> Route:
    method, template, *statuses = line.split()
    return Route(method, template, dict(zip(PRINCIPALS, map(int, statuses), strict=True)))


ROUTES = [_read(line) for line in TABLE.strip().splitlines()[1:]]
