// Takes the token out of the address, so that nobody has to copy it and no history keeps it.
const token = decodeURIComponent(location.hash.slice(1));
const field = document.getElementById("token");
if (token && field) {
  field.value = token;
  history.replaceState(null, "", location.pathname);
}
if (field && field.value) {
  document.getElementById("token-field").hidden = true;
}
