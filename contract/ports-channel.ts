/** The one channel between preload and main: the page asks for its ports, main hands them over. Apart from the schemas, so that preload stays free of them. */
export const PORTS_CHANNEL = 'outpost:ports';
