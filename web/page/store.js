/** What this browser remembers of its reader, if it does: it may forbid storage, or have none left. */

/** @type {import('../feed/liked.js').Store} */
export const store = {
  getItem(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  setItem(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Remembered until the page closes, then.
    }
  },
};
