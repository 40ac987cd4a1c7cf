// In the manner of jest-dynalite, by our own package: a server for each test file's worker, tables for each test.
module.exports = { testEnvironment: "node", watchman: false, testMatch: ["**/*.test.js"], setupFilesAfterEnv: ["<rootDir>/setup.js"] };
