// Starts Swagger UI on the page that the API serves at /docs; the address of the document is on <body> or <html>.
const page = document.querySelector("[data-openapi]")
window.SwaggerUIBundle({
  url: page ? page.dataset.openapi : "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  requestInterceptor: (request) => {
    const csrf = document.cookie.match(/(?:^|; )mistudio_csrf=([^;]*)/)
    if (csrf && request.method !== "GET") request.headers["X-CSRF-Token"] = decodeURIComponent(csrf[1])
    return request
  },
})
