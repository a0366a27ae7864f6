"use strict";

// validatorUrl: swagger-ui would otherwise ask a validator on the internet about our document.
window.SwaggerUIBundle({
  dom_id: "#reader",
  url: "/api/v1/openapi.json",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
