import { problemTypes } from '../common/problem.js';

/** The page to try the API on; what it needs comes from this server alone. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Custom connector service</title>
    <link rel="icon" href="/docs/assets/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
  </head>
  <body>
    <p style="font-family: sans-serif; text-align: center">
      <a href="/docs-json">OpenAPI document</a> ·
      <a href="/docs/errors">Error codes</a> ·
      <a href="/docs/connector.d.ts">Types for connector code</a>
    </p>
    <div id="ui"></div>
    <script src="/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/docs/assets/start.js"></script>
  </body>
</html>
`;

export const DOCS_SCRIPT = `SwaggerUIBundle({
  url: '/docs-json',
  dom_id: '#ui',
  deepLinking: true,
  persistAuthorization: true,
});
`;

/** Every error code, with its status and what it means. */
export function errorsPage(): string {
  const rows = problemTypes().map(
    ({ code, status, title }) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Errors of the custom connector service</title>
    <style>body { font-family: sans-serif; margin: 2em } td, th { text-align: left; padding: .3em 1em }</style>
  </head>
  <body>
    <h1>Errors</h1>
    <p>Every error is a problem document (RFC 9457) with one of these codes.</p>
    <table>
      <tr><th>code</th><th>status</th><th>meaning</th></tr>
      ${rows.join('\n      ')}
    </table>
  </body>
</html>
`;
}
