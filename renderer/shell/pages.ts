/** The pages of the rail, and whom they are offered to. The service asks again: what is not offered is refused too. */
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import {
  IconChecklist,
  IconCloudUpload,
  IconDatabaseExport,
  IconFileCertificate,
  IconForms,
  IconListDetails,
  IconRefresh,
  IconReportSearch,
  IconUserCheck,
  IconUserOff,
  IconUsers,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Permission } from '../../contract/people.ts';

export interface Page {
  to: '/' | '/decisions' | '/people' | '/backup' | '/reviews' | '/privacy' | '/updates' | '/sync' | '/audit' | '/log' | '/model';
  name: MessageDescriptor;
  icon: TablerIcon;
  /** Any one of them. */
  needs: readonly Permission[] | 'anybody';
}

/** The first one that a person may open is where they begin. */
export const PAGES: readonly Page[] = [
  { to: '/', name: msg`New application`, icon: IconForms, needs: ['decide'] },
  { to: '/reviews', name: msg`Reviews`, icon: IconUserCheck, needs: ['review'] },
  { to: '/audit', name: msg`Audit`, icon: IconReportSearch, needs: ['read-log'] },
  { to: '/decisions', name: msg`Decisions`, icon: IconListDetails, needs: ['see-own-decisions', 'see-all-decisions'] },
  { to: '/privacy', name: msg`Privacy`, icon: IconUserOff, needs: ['erase-subject'] },
  { to: '/people', name: msg`People`, icon: IconUsers, needs: ['manage-people'] },
  { to: '/backup', name: msg`Backups`, icon: IconDatabaseExport, needs: ['back-up'] },
  { to: '/updates', name: msg`Updates`, icon: IconRefresh, needs: ['see-updates'] },
  { to: '/sync', name: msg`Head office`, icon: IconCloudUpload, needs: 'anybody' },
  { to: '/log', name: msg`Log`, icon: IconChecklist, needs: ['verify-log'] },
  { to: '/model', name: msg`Model`, icon: IconFileCertificate, needs: ['decide', 'read-log'] },
];

export function pagesFor(permissions: readonly Permission[]): Page[] {
  return PAGES.filter(({ needs }) => needs === 'anybody' || needs.some((permission) => permissions.includes(permission)));
}
