import js from '@eslint/js';

export default [
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: 'module' },
    rules: {
      'no-undef': 'off', // tsc knows the names, and in web/feed that there is no document
      complexity: ['error', 8],
      curly: ['error', 'multi-line'],
      eqeqeq: 'error',
      'max-depth': ['error', 2],
      'max-lines-per-function': ['error', 40],
      'max-params': ['error', 3],
      'no-console': 'error',
      'no-duplicate-imports': 'error',
      'no-eval': 'error',
      'no-implicit-globals': 'error',
      'no-param-reassign': 'error',
      'no-shadow': 'error',
      'no-throw-literal': 'error',
      'no-unused-private-class-members': 'error',
      'no-useless-return': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
    },
  },
  {
    files: ['web/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          'AssignmentExpression > MemberExpression[property.name=/^(inner|outer)HTML$|^srcdoc$/]',
          'CallExpression[callee.property.name=/^(insertAdjacentHTML|createContextualFragment|setHTMLUnsafe)$/]',
          'NewExpression[callee.name="DOMParser"]',
        ].map((selector) => ({ selector, message: 'Nodes are made from HTML by page/markup.js alone.' })),
      ],
    },
  },
  {
    files: ['web/feed/**'],
    rules: {
      'no-restricted-globals': ['error', 'Date', 'setTimeout', 'setInterval', 'fetch', 'WebSocket'],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Chance is an argument.' }],
      'no-restricted-imports': ['error', { patterns: ['../page/*', '../main.js'] }],
    },
  },
  {
    files: ['tests/web/**'],
    rules: { 'max-lines-per-function': 'off' }, // a test file's body is one function
  },
];
