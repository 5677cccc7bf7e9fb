import * as core from 'echarts/core';
import { BarChart, SankeyChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
core.use([BarChart, SankeyChart, GridComponent, TooltipComponent, SVGRenderer]);
export const { init, version } = core;
