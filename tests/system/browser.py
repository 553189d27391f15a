"""A real Chromium for the pages that people look at, driven through chromedriver's WebDriver.

Pages may run no script in it (the setting that a careful operator has), so what the tests see is
what such a page shows; the tests' own questions are asked from outside.
"""

import base64
import http.client
import json
import shutil

CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")

_FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
          "--disable-background-networking", "--disable-component-update", "--disable-sync",
          "--disable-dev-shm-usage", "--hide-scrollbars", "--force-device-scale-factor=1")

# Every text that is shown, with the worst ratio of its colour to what lies behind it (WCAG 2, 1.4.3).
_CONTRASTS = """
const channels = text => text.match(/[\\d.]+/g).map(Number);
const luminance = rgb => rgb.slice(0, 3).map(c => c / 255)
    .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const behind = element => {
  for (let e = element; e; e = e.parentElement) {
    const rgba = channels(getComputedStyle(e).backgroundColor);
    if (rgba.length === 3 || rgba[3] === 1) return rgba;
  }
  return [255, 255, 255];
};
const found = [];
for (const e of document.body.querySelectorAll('*')) {
  const text = [...e.childNodes].filter(n => n.nodeType === Node.TEXT_NODE)
      .map(n => n.textContent.trim()).join(' ').trim();
  if (!text || !e.getClientRects().length) continue;
  const [light, dark] = [luminance(channels(getComputedStyle(e).color)), luminance(behind(e))]
      .sort((a, b) => b - a);
  found.push([text.slice(0, 60), (light + 0.05) / (dark + 0.05)]);
}
return found;
"""


class Browser:
    """One window. `driver` is the running chromedriver's address."""

    def __init__(self, driver, profile):
        self._connection = http.client.HTTPConnection(driver, timeout=60)
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {
                "binary": CHROMIUM, "args": [*_FLAGS, f"--user-data-dir={profile}"],
                "prefs": {"profile.managed_default_content_settings.javascript": 2}}}}})
        self._session = f"/session/{made['sessionId']}"

    def _ask(self, method, path, body=None):
        text = None if body is None else json.dumps(body)
        self._connection.request(method, path, text, {"Content-Type": "application/json"})
        answer = json.loads(self._connection.getresponse().read())["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise RuntimeError(f"{answer['error']}: {answer['message']}")
        return answer

    def _devtools(self, command, **parameters):
        return self._ask("POST", f"{self._session}/goog/cdp/execute",
                         {"cmd": command, "params": parameters})

    def open(self, url):
        self._ask("POST", f"{self._session}/url", {"url": url})

    def set_view(self, width, height, scheme="light"):
        """A screen of `width` x `height` CSS pixels whose owner prefers the colour scheme."""
        self._devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                       deviceScaleFactor=1, mobile=width < 600)
        self._devtools("Emulation.setEmulatedMedia",
                       features=[{"name": "prefers-color-scheme", "value": scheme}])

    def ask(self, script):
        """What the body of a JavaScript function returns."""
        return self._ask("POST", f"{self._session}/execute/sync", {"script": script, "args": []})

    def text(self):
        return self.ask("return document.body.innerText")

    def contrasts(self):
        return self.ask(_CONTRASTS)

    def screenshot(self, file):
        """The whole page, however long."""
        shot = self._devtools("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    def close(self):
        self._ask("DELETE", self._session)
        self._connection.close()
