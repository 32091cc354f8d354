export const CALLBACK="https://app.example.com/callback";export const ORIGIN="https://login.example.com"
