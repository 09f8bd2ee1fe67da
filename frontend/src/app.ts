// Everything main works without this file. It adds keys, drafts, files, fragments and the theme.

import "./fragments";
import { watchComposers } from "./composer";
import { watchFiles } from "./files";
import { watchForms } from "./guard";
import { keepForms } from "./kept";
import { listenToKeys } from "./keys";
import { watchLists } from "./list";
import { watchSearches } from "./search";
import { narrowMenus } from "./narrow";
import { offerThemes } from "./theme";
import { watchToasts } from "./toast";

offerThemes();
watchToasts();
watchComposers();
watchFiles();
watchForms();
keepForms();
narrowMenus();
watchLists();
watchSearches();
listenToKeys();
