/** What is needed of libphonenumber, bundled into a file of its own: the library's hundred files take thrice as long to load. */
export { parsePhoneNumberFromString } from 'libphonenumber-js/max';
