import { theme, type ThemeConfig } from 'antd';
import type { Appearance } from '../preferences/appearance.ts';

const font =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";

/** The look of the component library; the same colours as `style/base.css`. */
export function themeOf(appearance: Appearance): ThemeConfig {
  const dark = appearance === 'dark';
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: dark ? '#4d8dff' : '#1f5fd6',
      colorLink: dark ? '#6ba1ff' : '#1f5fd6',
      // The palette that is computed from our green is grey.
      colorSuccessBg: dark ? '#10281f' : '#e7f4ee',
      colorSuccessBorder: dark ? '#1f5b43' : '#a5d6c0',
      colorBgLayout: dark ? '#0a111e' : '#eff2f6',
      colorBgContainer: dark ? '#121c2d' : '#ffffff',
      colorBgElevated: dark ? '#18253a' : '#ffffff',
      colorText: dark ? '#e4ebf5' : '#132038',
      colorTextSecondary: dark ? '#a3b3ca' : '#56647c',
      // Hints and placeholders are text to be read: 4.5 : 1 on every ground.
      colorTextTertiary: dark ? '#8593ab' : '#5f6c83',
      colorTextDescription: dark ? '#8593ab' : '#5f6c83',
      colorTextPlaceholder: dark ? '#8593ab' : '#5f6c83',
      colorBorderSecondary: dark ? '#22314a' : '#e3e8ef',
      colorBorder: dark ? '#435777' : '#ccd5e0',
      colorError: dark ? '#ff6b6b' : '#cc3340',
      colorSuccess: dark ? '#35c985' : '#13875a',
      borderRadius: 6,
      fontFamily: font,
      fontSize: 14,
    },
    components: {
      Table: {
        headerBg: dark ? '#16223600' : '#f7f9fb',
        cellPaddingBlockMD: 9,
        headerSplitColor: 'transparent',
      },
      // White on the brighter blue and red of the dark appearance would be too faint.
      Button: dark ? { primaryColor: '#0a111e', dangerColor: '#0a111e' } : {},
      Drawer: { paddingLG: 20 },
      Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
    },
  };
}
