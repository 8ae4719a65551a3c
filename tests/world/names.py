"""Word lists in eleven languages: titles and names are put together from them."""

from tests.world.language import Language

ENGLISH = Language(
    "en",
    ("US", "US", "GB", "CA", "AU"),
    42,
    (" ", " of the ", " and the ", " in the ", " without ", ", ", " Under the ", " for a "),
    "Midnight Golden Broken Electric Silent Hollow Crimson Paper Velvet Neon Distant Wild Lonely "
    "Burning Frozen Restless Silver Tender Faded Hidden Lucky Northern Second Borrowed Summer "
    "Winter Sunday Concrete Plastic Violet Amber Gentle Reckless Ordinary Perfect Stolen Empty "
    "Endless Heavy Quiet Rolling Falling Dancing Waiting Running Sleeping Dreaming Holding",
    "River Highway Heart Machine Garden Window Ocean Fire Letter Shadow City Mirror Thunder Rain "
    "Stranger Morning Station Horizon Wire Bridge Echo Satellite Dust Rose Engine Lantern Harbour "
    "Canyon Orchard Tide Ghost Summer Mile Skyline Silence Avenue Ember Feather Radio Marble "
    "Compass Basement Carousel Motel Telephone Parade Signal Weekend Wilderness Cathedral",
    "Ava Liam Nora Caleb Ruby Jonah Iris Miles Hazel Owen Stella Jude Maeve Felix Clara Ezra Wren "
    "Silas Opal Grant Dahlia Reid Joni Marlon Tess Dexter Faye Lionel Pearl Vance",
    "Hartley Mercer Lockwood Ashby Calloway Drummond Ellery Fenwick Garland Hollis Ingram Jessup "
    "Kingsley Langston Marlowe Norwood Oakes Prescott Quimby Radcliffe Sinclair Thorne Underhill "
    "Vaughn Whitlock Yarrow Abernathy Beckett Cromwell Dunham Easton Fairchild Granger Hawthorne",
    ("The {head} {tail}", "{head} {tail}", "{tail} & the {head} Ones", "DJ {head} {tail}"),
)
SPANISH = Language(
    "es",
    ("ES", "MX", "AR", "CO"),
    9,
    (" de ", " sin ", " y ", " contra ", " bajo "),
    "Corazón Noche Canción Sueño Camino Sombra Lágrima Historia Fiesta Ciudad Mañana Niña Jardín "
    "Espejo Viento Montaña Rincón Tango Promesa Carta Señal Tormenta Balada Risa",
    "Fuego Luna Plata Agua Sal Papel Abril Cristal Miel Arena Madera Nadie Nieve Enero Azúcar "
    "Medianoche Terciopelo Otoño Ceniza Algodón Humo Cañón Pasión Marfil",
    "Lucía Mateo Sofía Joaquín Inés Andrés Belén Rubén Noemí Iván Ximena Ramón Pilar Néstor",
    "Peñalver Ibáñez Córdoba Montoya Quiroga Núñez Salcedo Zúñiga Barragán Escobedo Villaseñor "
    "Ordóñez Arriaga Cáceres",
    ("Los {tail}", "{head} y {tail}", "La {head} de {tail}"),
)
FRENCH = Language(
    "fr",
    ("FR", "BE", "CA"),
    7,
    (" et ", " sans ", " contre ", " sous "),
    "Étoile Rivière Forêt Lumière Poussière Fenêtre Mémoire Fièvre Tempête Chanson Rêverie Façade "
    "Île Ombre Matinée Boulevard Été Hiver Adieu Secret Voyage Mélodie Frontière Cœur",
    "Lune Neige Sable Verre Soie Pluie Décembre Silence Velours Cendre Orage Marée Sommeil Brume "
    "Fumée Août Toi Moi Paris Papier Rosée Désir Miroir Œillet",
    "Zoé Théo Chloé Rémi Maëlle Loïc Éloïse Gaël Noémie Cédric Anaïs Hervé Solène Benoît",
    "Lefèvre Béranger Dupré Marchand Vauquelin Desrosiers Chénier Fournier Guérin Tréville Aubry "
    "Bélanger Carpentier Delorme",
    ("Les {tail}s", "{head} {tail}", "L'Autre {head}"),
)
GERMAN = Language(
    "de",
    ("DE", "AT", "CH"),
    7,
    (" und ", " ohne ", " für ", " gegen "),
    "Mädchen Straße Träume Nächte Stürme Großstadt Königin Frühling Herbst Flüsse Wälder Schönheit "
    "Blüten Zeit Fernweh Heimweh Licht Sterne Häuser Brücken Vögel Küsse Wölfe Märchen",
    "Feuer Schnee Glas Regen Staub Stille Wunder Papier Morgenrot Freiheit Züge Gefühle Übermut "
    "Asche Silber Mondlicht Dächer Abschied Seide Kälte Fünf Bäume Öl Nebel",
    "Jürgen Käthe Björn Änne Günther Lioba Sönke Rösli Torben Ottilie Wendelin Frauke Henning Ilse",
    "Müllerburg Schröder Köhler Weißhaupt Lühmann Brückner Jäger Kröger Vößing Rademacher Böttcher "
    "Hülsmann Strauß Grönefeld",
    ("Die {head}", "{head} ohne {tail}", "{tail}kinder"),
)
PORTUGUESE = Language(
    "pt",
    ("BR", "BR", "PT"),
    7,
    (" de ", " sem ", " e ", " na "),
    "Coração Saudade Canção Manhã Verão Ilusão Estação Paixão Chuva Maré Avião Sertão Varanda "
    "Procissão Lembrança Solidão Janela Fogueira Batida Ladeira Estrada Ponte Alvorada Carnaval",
    "Areia Lua Sal Vidro Neblina Março Algodão Açúcar Madrugada Água Papel Sombra Cetim Ouro Vento "
    "Jasmim Fumaça Esquina Praça Cinza Pedra Prata Luz Manga",
    "João Conceição Thaís Caetano Luã Inácio Beatriz Antônio Flávia Otávio Jussara Cauã Lívia Raul",
    "Magalhães Brandão Guimarães Aragão Falcão Leitão Simões Galvão Bragança Assunção Camões "
    "Trajano Queirós Vasconcelos",
    ("Os {tail}", "{head} & {tail}", "Banda {head}"),
)
SWEDISH = Language(
    "sv",
    ("SE", "SE", "FI", "NO"),
    5,
    (" och ", " utan ", " över "),
    "Älskling Sommarnatt Önskan Gränsen Fjäril Hjärta Månsken Stjärna Skärgård Ålder Drömmar Vägen "
    "Norrsken Höst Vår Sången Flickan Kärlek Ängel Måne",
    "Snö Eld Åska Havet Skogen Tårar Löv Regn Dimma Silver Tystnad Vågor Ögon Frost Fågel Ljuset "
    "Ängen Sand Glöd Blåst",
    "Åsa Göran Maja Björn Tuva Håkan Ebba Sören Linnéa Örjan",
    "Ekström Lindqvist Sjöberg Åkerman Nyström Hägg Wikström Öberg Dahlström Fröding",
    ("{head} & {tail}", "Kvartetten {tail}"),
)
TURKISH = Language(
    "tr",
    ("TR",),
    4,
    (" ve ", " için ", " gibi "),
    "Gece Şarkı Düş Yıldız Gökyüzü Sessizlik Çiçek Işık Yağmur İstanbul Ümit Rüya Kış Güneş",
    "Deniz Ateş Rüzgâr Gümüş Ayrılık Bahar Çöl Gözyaşı Şehir Kağıt Ay Mavi Sokak İz",
    "Ayşe İlker Şule Çağrı Gönül Özgür Tuğba Uğur",
    "Yıldırım Öztürk Çelik Şahin Güneş Kılıç Aydoğan Erdoğmuş",
    ("{head} Grubu", "{tail} {head}"),
)
RUSSIAN = Language(
    "ru",
    ("RU", "KZ"),
    5,
    (" и | i ", " или | ili ", " — "),
    "Ночь=Noch Дорога=Doroga Звезда=Zvezda Зима=Zima Песня=Pesnya Город=Gorod Снег=Sneg "
    "Сердце=Serdtse Ветер=Veter Осень=Osen Поезд=Poezd Мечта=Mechta Река=Reka Дом=Dom "
    "Письмо=Pismo Тишина=Tishina Весна=Vesna Огонь=Ogon",
    "дождь=dozhd море=more луна=luna тень=ten свет=svet зеркало=zerkalo память=pamyat утро=utro "
    "небо=nebo пепел=pepel берёза=beryoza лёд=lyod окно=okno туман=tuman вокзал=vokzal",
    "Анна=Anna Борис=Boris Вера=Vera Глеб=Gleb Дарья=Darya Егор=Yegor Жанна=Zhanna Илья=Ilya "
    "Ксения=Kseniya Леонид=Leonid",
    "Орлова=Orlova Соколов=Sokolov Зимина=Zimina Щукин=Shchukin Белых=Belykh Чайка=Chaika "
    "Громов=Gromov Юдин=Yudin Ёлкина=Yolkina Хомяков=Khomyakov",
    ("{head} и {tail}|{head} i {tail}", "Группа «{head}»|{head}"),
    script=True,
)
KOREAN = Language(
    "ko",
    ("KR",),
    6,
    (" ", "의 | ui ", ", "),
    "봄날=Bomnal 밤하늘=Bamhaneul 첫사랑=Cheotsarang 바람=Baram 별빛=Byeolbit 그대=Geudae "
    "꿈속=Kkumsok 겨울=Gyeoul 소나기=Sonagi 나비=Nabi 오늘=Oneul 그림자=Geurimja 약속=Yaksok",
    "바다=Bada 노래=Norae 편지=Pyeonji 눈물=Nunmul 거리=Geori 기억=Gieok 꽃=Kkot 하루=Haru "
    "여행=Yeohaeng 이야기=Iyagi 춤=Chum 창문=Changmun 온도=Ondo 파도=Pado",
    "민준=Min-jun 서연=Seo-yeon 지훈=Ji-hoon 하은=Ha-eun 도윤=Do-yoon 수아=Su-a 예준=Ye-jun",
    "김=Kim 이=Lee 박=Park 최=Choi 정=Jung 강=Kang 조=Cho 윤=Yoon",
    ("{head}{tail}|{head} {tail}", "{tail}소년단|{tail} Boys"),
    order="{family}{given}",
    latin_order="{family} {given}",
    script=True,
)
JAPANESE = Language(
    "ja",
    ("JP",),
    6,
    ("の| no ", "と| to ", "、|, "),
    "夜空=Yozora さくら=Sakura 約束=Yakusoku ひかり=Hikari 夏祭り=Natsumatsuri 手紙=Tegami "
    "ミッドナイト=Midnight 雨音=Amaoto 初恋=Hatsukoi 明日=Ashita 花火=Hanabi 風船=Fusen",
    "海=Umi 東京=Tokyo メロディー=Melody 涙=Namida 記憶=Kioku ドライブ=Drive 月=Tsuki 旅=Tabi "
    "グラス=Glass 影=Kage 虹=Niji 歌=Uta 街=Machi 空=Sora",
    "健=Ken 美咲=Misaki 翔太=Shota 葵=Aoi 大輔=Daisuke ゆい=Yui 蓮=Ren 陽菜=Hina",
    "佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 渡辺=Watanabe 中村=Nakamura 小林=Kobayashi "
    "加藤=Kato",
    ("{head}{tail}ズ|{head} {tail}s", "ザ・{tail}|The {tail}"),
    order="{family} {given}",
    latin_order="{given} {family}",
    script=True,
)
CHINESE = Language(
    "zh",
    ("CN", "TW", "HK"),
    2,
    ("的| de ", "与| yu "),
    "月光=Yueguang 春天=Chuntian 告白=Gaobai 夏夜=Xiaye 星空=Xingkong 青春=Qingchun 雨季=Yuji "
    "远方=Yuanfang 回忆=Huiyi 微笑=Weixiao",
    "海洋=Haiyang 城市=Chengshi 信=Xin 河流=Heliu 眼泪=Yanlei 翅膀=Chibang 秘密=Mimi 旅程=Lücheng "
    "冬天=Dongtian 火车=Huoche",
    "伟=Wei 芳=Fang 娜=Na 磊=Lei 静=Jing 强=Qiang",
    "王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang",
    ("{head}乐队|{head} Band", "{tail}合唱团|{tail} Choir"),
    order="{family}{given}",
    latin_order="{family} {given}",
    script=True,
)

LANGUAGES = (
    ENGLISH,
    SPANISH,
    FRENCH,
    GERMAN,
    PORTUGUESE,
    SWEDISH,
    TURKISH,
    RUSSIAN,
    KOREAN,
    JAPANESE,
    CHINESE,
)
WEIGHT = sum(language.weight for language in LANGUAGES)

VERSIONS = (
    "Live",
    "Remix",
    "Acoustic",
    "Radio Edit",
    "Instrumental",
    "Extended Mix",
    '7" Mix',
    "Demo",
    "Karaoke Version",
    "Sped Up",
    "Unplugged, Live in Köln",
    "Club Mix",
)
LABEL_FORMS = ("{} Records", "{} Music", "{} Recordings", "{} & Co.", "Discos {}", "{} Sound")
SERVICES = (
    "Spotify",
    "Apple Music",
    "YouTube",
    "Amazon Music",
    "Deezer",
    "TIDAL",
    "Pandora",
    "Boomplay",
)
CURRENCIES = {
    "US": "USD", "GB": "GBP", "DE": "EUR", "FR": "EUR", "JP": "JPY", "KR": "KRW", "BR": "BRL",
    "MX": "MXN", "ES": "EUR", "IT": "EUR", "SE": "SEK", "NO": "NOK", "CA": "CAD", "AU": "AUD",
    "NL": "EUR", "PL": "PLN", "TR": "TRY", "IN": "INR", "CH": "CHF", "DK": "DKK", "AT": "EUR",
    "IE": "EUR", "NZ": "NZD", "ZA": "ZAR",
}  # fmt: skip
