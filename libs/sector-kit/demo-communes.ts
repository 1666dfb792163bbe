/**
 * Communes (code, type and name) of the two provinces whose published figures the demo sources replay: Cần Thơ (92) and
 * Khánh Hòa (56), after QĐ 19/2025/QĐ-TTg. Only simulations read it; the hub's own units come from its database.
 */
const LIST = {
  '92': `
31120 phường Cái Khế
31135 phường Ninh Kiều
31147 phường Tân An
31150 phường An Bình
31153 phường Ô Môn
31157 phường Thới Long
31162 phường Phước Thới
31168 phường Bình Thuỷ
31174 phường Thới An Đông
31183 phường Long Tuyền
31186 phường Cái Răng
31201 phường Hưng Phú
31207 phường Thốt Nốt
31213 phường Tân Lộc
31217 phường Trung Nhứt
31228 phường Thuận Hưng
31231 xã Thạnh An
31232 xã Vĩnh Thạnh
31237 xã Vĩnh Trinh
31246 xã Thạnh Quới
31249 xã Thạnh Phú
31255 xã Trung Hưng
31258 xã Thới Lai
31261 xã Cờ Đỏ
31264 xã Thới Hưng
31273 xã Đông Hiệp
31282 xã Đông Thuận
31288 xã Trường Thành
31294 xã Trường Xuân
31299 xã Phong Điền
31309 xã Trường Long
31315 xã Nhơn Ái
31321 phường Vị Thanh
31333 phường Vị Tân
31338 xã Hoả Lựu
31340 phường Ngã Bảy
31342 xã Tân Hoà
31348 xã Trường Long Tây
31360 xã Thạnh Xuân
31366 xã Châu Thành
31369 xã Đông Phước
31378 xã Phú Hữu
31393 xã Hoà An
31396 xã Hiệp Hưng
31399 xã Tân Bình
31408 xã Thạnh Hoà
31411 phường Đại Thành
31420 xã Phụng Hiệp
31426 xã Phương Bình
31432 xã Tân Phước Hưng
31441 xã Vị Thuỷ
31453 xã Vĩnh Thuận Đông
31459 xã Vĩnh Tường
31465 xã Vị Thanh 1
31471 phường Long Mỹ
31473 phường Long Bình
31480 phường Long Phú 1
31489 xã Vĩnh Viễn
31492 xã Lương Tâm
31495 xã Xà Phiên
31507 phường Sóc Trăng
31510 phường Phú Lợi
31528 xã Kế Sách
31531 xã An Lạc Thôn
31537 xã Phong Nẫm
31540 xã Thới An Hội
31552 xã Nhơn Mỹ
31561 xã Đại Hải
31567 xã Mỹ Tú
31569 xã Phú Tâm
31570 xã Hồ Đắc Kiện
31579 xã Long Hưng
31582 xã Thuận Hoà
31591 xã Mỹ Hương
31594 xã An Ninh
31603 xã Mỹ Phước
31615 xã An Thạnh
31633 xã Cù Lao Dung
31639 xã Long Phú
31645 xã Đại Ngãi
31654 xã Trường Khánh
31666 xã Tân Thạnh
31673 xã Trần Đề
31675 xã Liêu Tú
31679 xã Lịch Hội Thượng
31684 phường Mỹ Xuyên
31687 xã Tài Văn
31699 xã Thạnh Thới An
31708 xã Nhu Gia
31717 xã Hoà Tú
31723 xã Ngọc Tố
31726 xã Gia Hoà
31732 phường Ngã Năm
31741 xã Tân Long
31753 phường Mỹ Quới
31756 xã Phú Lộc
31759 xã Lâm Tân
31777 xã Vĩnh Lợi
31783 phường Vĩnh Châu
31789 phường Khánh Hoà
31795 xã Vĩnh Hải
31804 phường Vĩnh Phước
31810 xã Lai Hoà
`,
  '56': `
22333 phường Bắc Nha Trang
22366 phường Nha Trang
22390 phường Tây Nha Trang
22402 phường Nam Nha Trang
22411 phường Bắc Cam Ranh
22420 phường Cam Ranh
22423 phường Ba Ngòi
22432 phường Cam Linh
22435 xã Cam Hiệp
22453 xã Cam Lâm
22465 xã Cam An
22480 xã Nam Cam Ranh
22489 xã Vạn Ninh
22498 xã Tu Bông
22504 xã Đại Lãnh
22516 xã Vạn Thắng
22525 xã Vạn Hưng
22528 phường Ninh Hoà
22546 xã Bắc Ninh Hoà
22552 xã Tây Ninh Hoà
22558 xã Hoà Trí
22561 phường Đông Ninh Hoà
22576 xã Tân Định
22591 phường Hoà Thắng
22597 xã Nam Ninh Hoà
22609 xã Khánh Vĩnh
22612 xã Trung Khánh Vĩnh
22615 xã Bắc Khánh Vĩnh
22624 xã Tây Khánh Vĩnh
22648 xã Nam Khánh Vĩnh
22651 xã Diên Khánh
22657 xã Diên Điền
22660 xã Diên Lâm
22672 xã Diên Thọ
22678 xã Diên Lạc
22702 xã Suối Hiệp
22708 xã Suối Dầu
22714 xã Khánh Sơn
22720 xã Tây Khánh Sơn
22732 xã Đông Khánh Sơn
22736 đặc khu Trường Sa
22738 phường Đô Vinh
22741 phường Bảo An
22759 phường Phan Rang
22780 phường Đông Hải
22786 xã Bác Ái Tây
22795 xã Bác Ái
22801 xã Bác Ái Đông
22810 xã Ninh Sơn
22813 xã Lâm Sơn
22822 xã Mỹ Sơn
22828 xã Anh Dũng
22834 phường Ninh Chử
22840 xã Công Hải
22846 xã Vĩnh Hải
22849 xã Thuận Bắc
22852 xã Ninh Hải
22861 xã Xuân Hải
22870 xã Ninh Phước
22873 xã Phước Hậu
22888 xã Phước Dinh
22891 xã Phước Hữu
22897 xã Thuận Nam
22900 xã Phước Hà
22909 xã Cà Ná
`,
} as const;

export interface DemoCommune {
  code: string;
  /** "phường Cái Khế" */
  name: string;
  /** Ward (phường), commune (xã) or special zone. */
  ward: boolean;
}

/** Communes of a province, in the order of their codes. */
export function demoCommunes(province: keyof typeof LIST): DemoCommune[] {
  return LIST[province]
    .trim()
    .split('\n')
    .map((line) => {
      const [code = '', ...name] = line.split(' ');
      return { code, name: name.join(' '), ward: name[0] === 'phường' };
    });
}
