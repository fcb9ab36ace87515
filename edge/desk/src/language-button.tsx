import { otherLanguage, useWords } from './words/words.ts';

export function LanguageButton() {
  const { t } = useWords();
  return (
    <button type="button" className="quiet-button" onClick={() => void otherLanguage()}>
      {t('language')}
    </button>
  );
}
