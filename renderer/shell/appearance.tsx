/** Language and colours, at the foot of the rail. */
import { useLingui } from '@lingui/react/macro';
import { NativeSelect, useMantineColorScheme } from '@mantine/core';
import { useState } from 'react';
import { theme as themes } from '../../contract/native.ts';
import { useConnection } from '../connection/connection.tsx';
import { isLanguage, LANGUAGES } from '../language/languages.ts';
import { useLocale } from '../language/locale.tsx';
import classes from './appearance.module.css';
import { useShellInfo } from './shell-info.tsx';

export function Appearance() {
  const { t } = useLingui();
  const { native } = useConnection();
  const { language, choose } = useLocale();
  const { setColorScheme } = useMantineColorScheme();
  const [theme, setTheme] = useState(useShellInfo().theme);

  function chooseTheme(wanted: string) {
    const next = themes.parse(wanted);
    setTheme(next);
    setColorScheme(next === 'system' ? 'auto' : next);
    native
      .ask((client, options) => client.setTheme({ theme: next }, options))
      .catch(() => {
        // The window is drawn in the new colours already; only the title bar keeps the old ones until the next start.
      });
  }

  return (
    <div className={classes.choices}>
      <NativeSelect
        size="xs"
        aria-label={t`Language`}
        classNames={{ input: classes.input ?? '', section: classes.section ?? '' }}
        value={language}
        onChange={(event) => isLanguage(event.currentTarget.value) && choose(event.currentTarget.value)}
        data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
      />
      <NativeSelect
        size="xs"
        aria-label={t`Colours`}
        classNames={{ input: classes.input ?? '', section: classes.section ?? '' }}
        value={theme}
        onChange={(event) => chooseTheme(event.currentTarget.value)}
        data={[
          { value: 'system', label: t`As the system` },
          { value: 'light', label: t`Light` },
          { value: 'dark', label: t`Dark` },
        ]}
      />
    </div>
  );
}
