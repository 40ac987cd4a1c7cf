module.exports = { preset: "@shelf/jest-dynamodb", watchman: false, testMatch: ["**/*.test.js"] };
