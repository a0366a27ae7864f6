"use strict";

// validatorUrl: swagger-ui would otherwise ask a validator on the internet about our document.
window.SwaggerUIBundle({
  dom_id: "#reader",
  url: "/api/v1/openapi.json",
  deepLinking: true,
  docExpansion: "none", // of some 250 operations it would take half a minute to draw each
  filter: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
