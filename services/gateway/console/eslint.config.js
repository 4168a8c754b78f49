import globals from "globals";
import tseslint from "typescript-eslint";
import vue from "eslint-plugin-vue";

export default tseslint.config(
    { ignores: ["gen/", "dist/", "node_modules/"] },
    ...tseslint.configs.strict,
    ...vue.configs["flat/recommended"],
    {
        files: ["**/*.vue"],
        languageOptions: { parserOptions: { parser: tseslint.parser } },
    },
    {
        languageOptions: { globals: { ...globals.browser } },
        rules: {
            // Customers' words are text, never markup.
            "vue/no-v-html": "error",
            "no-eval": "error",
            "no-restricted-properties": ["error",
                { property: "innerHTML", message: "what customers write is text" },
                { property: "outerHTML", message: "what customers write is text" },
                { property: "insertAdjacentHTML", message: "what customers write is text" }],
            eqeqeq: "error",
            "vue/block-lang": ["error", { script: { lang: "ts" } }],
            "vue/max-attributes-per-line": "off",
            "vue/singleline-html-element-content-newline": "off",
            "vue/html-closing-bracket-newline": "off",
            "vue/html-self-closing": "off",
            "vue/first-attribute-linebreak": "off",
            "vue/html-closing-bracket-spacing": "off",
            "vue/multiline-html-element-content-newline": "off",
            "vue/attributes-order": "off",
            "vue/require-default-prop": "off",
            "vue/multi-word-component-names": "off",
            "vue/html-indent": "off",
        },
    },
    { files: ["scripts/**", "*.config.*"], languageOptions: { globals: { ...globals.node } } },
);
